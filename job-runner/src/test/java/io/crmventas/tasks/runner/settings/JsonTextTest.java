package io.crmventas.tasks.runner.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTextTest {
    private static final JsonMapper JACKSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"empty\":[],\"null\":null,\"true\":true,\"ñ\":\"ñ\\n\\u0000😀\"}",
                "{\"a\":[1,{\"b\":null,\"c\":[[],{}]},\"x\"],\"d\":false}",
                "{\"a\":[0,-1,2147483648,9223372036854775808,0.5,12.25]}",
                "{\"twice\":1,\"twice\":2}"
            })
    void readsAndWritesLikeJackson(String json) throws JsonProcessingException {
        JsonNode tree = JACKSON.readTree(json);
        assertEquals(tree.toString(), JsonText.of(JsonText.object(json)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[1]", "{\"a\":[1,", "{\"a\"}", "nil", "null", "{'x':1}", "{\"a\":1]"})
    void refusesWhatIsNoJsonObject(String text) {
        assertThrows(IllegalArgumentException.class, () -> JsonText.object(text));
    }

    @Test
    void writesPlainData() {
        Map<String, Object> plain = new LinkedHashMap<>();
        plain.put("decimal", new BigDecimal("10.50"));
        plain.put("list", Arrays.asList(1, 2L, null, "x", true, Map.of()));
        assertEquals("{\"decimal\":10.50,\"list\":[1,2,null,\"x\",true,{}]}", JsonText.of(plain));
    }

    @Test
    void refusesUnknownTypes() {
        assertThrows(IllegalStateException.class, () -> JsonText.of(List.of(new Object())));
    }
}
