package io.crmventas.tasks.runner.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.crmventas.tasks.runner.report.Failure;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postgresql.Driver;

class DsnTest {

    /** Each line holds the DSN, the URL, and all properties in the order of their names. */
    @ParameterizedTest
    @CsvSource(
            delimiterString = " -> ",
            value = {
                // the forms
                "postgres://u:p@h/d -> jdbc:postgresql://h:5432/d -> password=p user=u",
                "postgresql://u:p@h/d -> jdbc:postgresql://h:5432/d -> password=p user=u",
                "postgresql+asyncpg://u:p@h:6000/d -> jdbc:postgresql://h:6000/d -> password=p user=u",
                "postgresql+psycopg://u:p@h/d -> jdbc:postgresql://h:5432/d -> password=p user=u",
                "postgresql+psycopg2://u:p@h/d -> jdbc:postgresql://h:5432/d -> password=p user=u",
                "postgres+asyncpg://u:p@h/d -> jdbc:postgresql://h:5432/d -> password=p user=u",
                "POSTGRESQL://u:p@h/d -> jdbc:postgresql://h:5432/d -> password=p user=u",
                "jdbc:postgresql://h:5433/d?user=u&password=p -> jdbc:postgresql://h:5433/d -> password=p user=u",
                "jdbc:postgresql://u:p@h/d -> jdbc:postgresql://h:5432/d -> password=p user=u",
                "postgresql://u@h/d -> jdbc:postgresql://h:5432/d -> user=u",
                "postgresql://h/d?user=u -> jdbc:postgresql://h:5432/d -> user=u",
                "postgresql://u:p@/d?host=h&port=7000 -> jdbc:postgresql://h:7000/d -> password=p user=u",
                "postgresql://u:p@h?dbname=d -> jdbc:postgresql://h:5432/d -> password=p user=u",
                // percent-encoding
                "postgresql://u%40crm:p%40ss%2Fw%3Ard@h/d -> jdbc:postgresql://h:5432/d -> password=p@ss/w:rd user=u@crm",
                "postgresql://u:p%25%20%2B@h/d -> jdbc:postgresql://h:5432/d -> password=p% + user=u",
                "postgresql://u:p+q@h/d -> jdbc:postgresql://h:5432/d -> password=p+q user=u",
                "postgresql+asyncpg://u:p+q@h/d -> jdbc:postgresql://h:5432/d -> password=p+q user=u",
                "postgresql://u:%C3%B1and%C3%BA@h/d -> jdbc:postgresql://h:5432/d -> password=ñandú user=u",
                "postgresql://u:ñandú@h/d -> jdbc:postgresql://h:5432/d -> password=ñandú user=u",
                "postgresql://u:50%@h/d -> jdbc:postgresql://h:5432/d -> password=50% user=u",
                "postgresql://u:p%zz@h/d -> jdbc:postgresql://h:5432/d -> password=p%zz user=u",
                "postgresql://u:p@ss@h/d -> jdbc:postgresql://h:5432/d -> password=p@ss user=u",
                "postgresql://u:p:q@h/d -> jdbc:postgresql://h:5432/d -> password=p:q user=u",
                "postgresql://u:p#q@h/d -> jdbc:postgresql://h:5432/d -> password=p#q user=u",
                "postgresql://u:p@h/my%20crm%2F1 -> jdbc:postgresql://h:5432/my%20crm%2F1 -> password=p user=u",
                "postgresql://u:p@h/a@b -> jdbc:postgresql://h:5432/a%40b -> password=p user=u",
                "postgresql://u:p@h/a+b -> jdbc:postgresql://h:5432/a%2Bb -> password=p user=u",
                "jdbc:postgresql://h/d?user=u&password=p%26q+r -> jdbc:postgresql://h:5432/d -> password=p&q r user=u",
                // hosts
                "postgresql://u:p@[2001:db8::1]:5433/d -> jdbc:postgresql://[2001:db8::1]:5433/d -> password=p user=u",
                "postgresql://u:p@[::1]/d -> jdbc:postgresql://[::1]:5432/d -> password=p user=u",
                "postgresql://u:p@10.0.0.7/d -> jdbc:postgresql://10.0.0.7:5432/d -> password=p user=u",
                "postgresql://u:p@crm_db.crm.svc.cluster.local/d -> jdbc:postgresql://crm_db.crm.svc.cluster.local:5432/d -> password=p user=u",
                "postgresql://u:p@a,b:5433/d -> jdbc:postgresql://a:5432,b:5433/d -> password=p targetServerType=primary user=u",
                "postgresql://u:p@a,[::1]:5433/d?target_session_attrs=any -> jdbc:postgresql://a:5432,[::1]:5433/d -> password=p targetServerType=any user=u",
                "postgresql://u:p@/d?host=a,b&port=1,2 -> jdbc:postgresql://a:1,b:2/d -> password=p targetServerType=primary user=u",
                "postgresql://u:p@/d?host=a,b&port=6000 -> jdbc:postgresql://a:6000,b:6000/d -> password=p targetServerType=primary user=u",
                "postgresql://u:p@/d?host=a,::1 -> jdbc:postgresql://a:5432,[::1]:5432/d -> password=p targetServerType=primary user=u",
                "postgresql://u:p@x:1/d?host=a -> jdbc:postgresql://a:1/d -> password=p user=u",
                "postgresql://u:p@h:/d -> jdbc:postgresql://h:5432/d -> password=p user=u",
                // parameters
                "postgresql://u:p@h/d?sslmode=require -> jdbc:postgresql://h:5432/d -> password=p sslmode=require user=u",
                "postgresql://u:p@h/d?sslmode=no-verify -> jdbc:postgresql://h:5432/d -> password=p sslmode=require user=u",
                "postgresql+asyncpg://u:p@h/d?ssl=verify-full -> jdbc:postgresql://h:5432/d -> password=p sslmode=verify-full user=u",
                "postgresql://u:p@h/d?ssl=true -> jdbc:postgresql://h:5432/d -> password=p sslmode=require user=u",
                "postgresql+asyncpg://u:p@h/d?ssl=True -> jdbc:postgresql://h:5432/d -> password=p sslmode=require user=u",
                "jdbc:postgresql://h/d?user=u&ssl -> jdbc:postgresql://h:5432/d -> sslmode=require user=u",
                "postgresql://u:p@h/d?ssl=0 -> jdbc:postgresql://h:5432/d -> password=p sslmode=disable user=u",
                "postgresql://u:p@h/d/ -> jdbc:postgresql://h:5432/d%2F -> password=p user=u",
                "postgresql://u:p@h/d?ssl=false -> jdbc:postgresql://h:5432/d -> password=p sslmode=disable user=u",
                "postgresql://u:p@h/d?sslmode=verify-ca&sslrootcert=/etc/ca.pem -> jdbc:postgresql://h:5432/d -> password=p sslmode=verify-ca sslrootcert=/etc/ca.pem user=u",
                "postgresql://u:p@h/d?sslrootcert=system -> jdbc:postgresql://h:5432/d -> password=p sslfactory=org.postgresql.ssl.DefaultJavaSSLFactory sslmode=verify-full user=u",
                "postgresql://u:p@h/d?sslrootcert=system&sslmode=verify-full -> jdbc:postgresql://h:5432/d -> password=p sslfactory=org.postgresql.ssl.DefaultJavaSSLFactory sslmode=verify-full user=u",
                "postgresql://u:p@h/d?sslnegotiation=direct&channel_binding=require -> jdbc:postgresql://h:5432/d -> channelBinding=require password=p sslNegotiation=direct user=u",
                "jdbc:postgresql://h/d?user=u&channelBinding=REQUIRE -> jdbc:postgresql://h:5432/d -> channelBinding=require user=u",
                "postgresql://u@h/d?sslcert=c&sslkey=k&pemKeyAlgorithm=EC -> jdbc:postgresql://h:5432/d -> pemKeyAlgorithm=EC sslcert=c sslkey=k user=u",
                "postgresql://u:p@h/d?options=-c%20search_path%3Dcrm -> jdbc:postgresql://h:5432/d -> options=-c search_path=crm password=p user=u",
                "postgresql+asyncpg://u:p@h/d?options=-c+search_path%3Dcrm -> jdbc:postgresql://h:5432/d -> options=-c search_path=crm password=p user=u",
                "postgresql://u:p@h/d?options=-csearch_path=crm%2Cpublic -> jdbc:postgresql://h:5432/d -> options=-csearch_path=crm,public password=p user=u",
                "postgresql://u:p@h/d?schema=crm -> jdbc:postgresql://h:5432/d -> currentSchema=crm password=p user=u",
                "jdbc:postgresql://h/d?currentSchema=crm&user=u -> jdbc:postgresql://h:5432/d -> currentSchema=crm user=u",
                "postgresql://u:p@h/d?connect_timeout=3 -> jdbc:postgresql://h:5432/d -> connectTimeout=3 password=p user=u",
                "postgresql://u:p@h/d?connect_timeout=00 -> jdbc:postgresql://h:5432/d -> password=p user=u",
                "postgresql://u:p@h/d?application_name=My+App -> jdbc:postgresql://h:5432/d -> ApplicationName=My+App password=p user=u",
                "postgresql://u:p@h/d?target_session_attrs=read-write -> jdbc:postgresql://h:5432/d -> password=p targetServerType=primary user=u",
                "postgresql://u:p@h/d?load_balance_hosts=random -> jdbc:postgresql://h:5432/d -> loadBalanceHosts=true password=p user=u",
                "jdbc:postgresql://h/d?user=u&loadBalanceHosts=true&tcpKeepAlive=false -> jdbc:postgresql://h:5432/d -> loadBalanceHosts=true tcpKeepAlive=false user=u",
                "postgresql://u:p@h/d?keepalives=0&gssencmode=disable -> jdbc:postgresql://h:5432/d -> gssEncMode=disable password=p tcpKeepAlive=false user=u",
                "postgresql://u:p@h/d?require_auth=scram-sha-256 -> jdbc:postgresql://h:5432/d -> password=p requireAuth=scram-sha-256 user=u",
                "jdbc:postgresql://h/d?user=u&sslMode=require -> jdbc:postgresql://h:5432/d -> sslmode=require user=u",
                "'  postgresql://u:p@h/d  ' -> jdbc:postgresql://h:5432/d -> password=p user=u",
            })
    void readsEveryForm(String dsn, String url, String properties) {
        DatabaseTarget target = Dsn.parse(dsn).target("", warning -> {});

        assertEquals(url, target.url());
        assertEquals(properties, written(target));
        assertTrue(new Driver().acceptsURL(target.url()), "the driver refuses the URL");
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = " -> ",
            value = {
                "mysql://u:s3cret@h/d -> must begin with postgresql://",
                "host=h password=s3cret dbname=d -> must begin with postgresql://",
                "\"postgresql://u:s3cret@h/d\" -> without quotes",
                "jdbc:postgresql:d?password=s3cret -> must begin with postgresql://",
                "postgresql://u:s3cret@/d -> names no host",
                "postgresql://u:s3cret@h -> names no database",
                "postgresql://u:s3cret@h/* -> superuser Secret",
                "postgresql://:s3cret@h/d -> names no user",
                "postgresql://u:s3cret@%2Fvar%2Frun%2Fpostgresql/d -> Unix socket",
                "postgresql://u:s3cret@/d?host=/var/run/postgresql -> Unix socket",
                "postgresql://u:s3cret@/d?host=@abstract -> characters that no host has",
                "postgresql://u:s3cret@::1/d -> more than one colon",
                "postgresql://u:s3cret@[::1/d -> brackets do not close",
                "postgresql://u:x@h:s3cret/d -> port",
                "postgresql://u:x@h:70000/d?a=s3cret -> port",
                "postgresql://u:s3/cret@h/d -> percent-encode",
                "postgresql://u:s3?cret@h/d -> percent-encode",
                "postgresql://u:s3cret%FF@h/d -> UTF-8",
                "postgresql://u:s3cret%00@h/d -> %00",
                "postgresql://u:x@s3 cret/d -> characters that no host has",
                "postgresql://u:${s3cret}@h/d -> which nothing replaces here",
                "postgresql://u:$(s3cret)@h/d -> which nothing replaces here",
                "postgresql://u:x@h/d?sslmode=s3cret -> sslmode that is none of",
                "postgresql://u:x@h/d?sslrootcert=system&sslmode=require -> write sslmode=verify-full",
                "postgresql://u:x@h/d?ssl=true&sslrootcert=system -> write sslmode=verify-full",
                "postgresql://u:x@h/d?connect_timeout=s3cret -> whole number of seconds",
                "postgresql://u:x@h/d?require_auth=s3cret -> write require_auth=scram-sha-256",
                "postgresql://u:x@h/d?require_auth= -> write require_auth=scram-sha-256",
                "postgresql://u:x@h/d?require_auth=md5,!password -> write require_auth=scram-sha-256",
                "postgresql://u:x@h/d?target_session_attrs=standby -> read-only",
                "postgresql://u:x@h/d?channel_binding=s3cret -> channel_binding that is none of",
                "postgresql://u:x@h/d?gssencmode=s3cret -> gssencmode that is none of",
                "postgresql://u:x@h/d?sslnegotiation=s3cret -> sslnegotiation that is none of",
                "postgresql://u:x@h/d?service=s3cret -> parameter service",
                "postgresql://u:s3cret@/d?host=10.0.0.7%3A5432 -> the port apart from the host",
                "postgresql://u:s3cret@/d?host=db.crm.svc%3A5432 -> the port apart from the host",
                "postgresql://u:x@h/d?replication=database -> parameter replication",
                "postgresql://u:x@h/d?hostaddr=10.0.0.1 -> parameter hostaddr",
                "jdbc:postgresql://h/d?user=u&socketFactory=s3cret -> parameter socketfactory",
                "jdbc:postgresql://h/d?user=u&sslfactory=s3cret -> parameter sslfactory",
                "jdbc:postgresql://h/d?user=u&preferQueryMode=simple -> parameter preferquerymode",
                "postgresql://u:x@/d?host=a,b,c&port=1,2 -> one port for all hosts",
            })
    void refusalNamesTheFixAndNotTheValue(String dsn, String fix) {
        Failure refused = assertThrows(Failure.class, () -> Dsn.parse(dsn).target("", warning -> {}));

        assertTrue(refused.message().contains(fix), refused.message());
        assertFalse(refused.message().matches(".*(s3|[^Se]cret).*"), refused.message());
    }

    /** As in the driver. Otherwise ssl=true of a JDBC URL would turn off the verification in some of the processes. */
    @Test
    void sslmodeWinsOverSsl() {
        for (List<String> names : List.of(List.of("ssl", "SSLMODE"), List.of("SSLMODE", "ssl"))) {
            Map<String, String> parameters = new LinkedHashMap<>();
            names.forEach(name -> parameters.put(name, name.equals("ssl") ? "true" : "verify-full"));

            DatabaseTarget target = new Dsn(List.of("h:5432"), "d", "u", "p", parameters).target("", warning -> {});

            assertEquals("verify-full", target.properties().getProperty("sslmode"), names.toString());
        }
    }

    @Test
    void ignoresParametersOfAnotherClientWithAWarning() {
        List<String> warnings = new ArrayList<>();

        DatabaseTarget target = Dsn.parse(
                        "postgresql+asyncpg://u:p@h/d?pool_size=5&prepared_statement_cache_size=0&x%20y=1")
                .target("", warnings::add);

        assertEquals("password=p user=u", written(target));
        assertEquals(3, warnings.size());
        assertTrue(warnings.stream().anyMatch(warning -> warning.contains("pool_size")), warnings.toString());
        assertFalse(warnings.toString().contains("x%20y"), warnings.toString());
    }

    @Test
    void showsNeitherUserNorPassword() {
        Dsn parts = Dsn.parse("postgresql://u:s3cret@h/d");

        assertEquals("[h:5432]/d", parts.toString());
        assertEquals("h:5432/d", parts.target("", warning -> {}).toString());
    }

    /** Leaves out what every DSN with a password has. DatabaseSettingsTest checks it. */
    private static String written(DatabaseTarget target) {
        return new TreeMap<>(target.properties())
                .entrySet().stream()
                        .filter(property -> !property.getValue().equals("scram-sha-256,none"))
                        .map(property -> property.getKey() + "=" + property.getValue())
                        .collect(Collectors.joining(" "));
    }
}
