package io.crmventas.tasks.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.crmventas.tasks.testing.LocalApiServer;
import java.util.List;
import java.util.Set;

/** The requests of an operator to the API server, from the server's audit log. */
final class Requests {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Set<String> WRITES = Set.of("create", "update", "patch", "delete");

    private final LocalApiServer server;
    private int read;

    Requests(LocalApiServer server) {
        this.server = server;
    }

    /** The writes since the last call, without Events, because the smallest rival creates none. */
    long writes(String namespace) throws JsonProcessingException {
        List<String> all = server.auditLog();
        long writes = 0;
        for (String line : all.subList(read, all.size())) {
            JsonNode event = JSON.readTree(line);
            JsonNode object = event.path("objectRef");
            boolean ours = object.path("namespace").asText().equals(namespace)
                    && WRITES.contains(event.path("verb").asText())
                    && !object.path("resource").asText().equals("events")
                    // The benchmark itself writes only tasks and never their CronJobs.
                    && (!object.path("resource").asText().equals("crmscheduledtasks")
                            || object.path("subresource").asText().equals("status"));
            writes += ours ? 1 : 0;
        }
        read = all.size();
        return writes;
    }
}
