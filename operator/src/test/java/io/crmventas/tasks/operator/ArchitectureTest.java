package io.crmventas.tasks.operator;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZonedDateTime;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** This test states which packages each package can use, and which libraries the pure packages can use. */
class ArchitectureTest {
    private static final String ROOT = "io.crmventas.tasks.operator";
    private static final String[] PURE = {
        ROOT + ".schedule..",
        ROOT + ".resources..",
        ROOT + ".run..",
        ROOT + ".status..",
        ROOT + ".suspension..",
        ROOT + ".preflight.."
    };

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(ROOT);

    @Test
    void purePackagesUseOnlyPureLibraries() {
        classes()
                .that()
                .resideInAnyPackage(PURE)
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        ROOT + ".config..",
                        ROOT + ".schedule..",
                        ROOT + ".resources..",
                        ROOT + ".run..",
                        ROOT + ".status..",
                        ROOT + ".suspension..",
                        ROOT + ".preflight..",
                        "io.crmventas.tasks.api..",
                        "io.crmventas.tasks.contract..",
                        "io.fabric8.kubernetes.api..",
                        "com.fasterxml.jackson..",
                        "java.lang..",
                        "java.util..",
                        "java.time..",
                        "java.math..",
                        "java.nio.charset..",
                        "java.security..",
                        "org.jspecify..")
                .check(CLASSES);
    }

    /** The clock of a node can be wrong by minutes. Receivers of webhooks then refuse the time in the signature. */
    @Test
    void onlyTheElectionUsesTheClockOfTheNode() {
        noClasses()
                .that()
                .areNotAssignableTo(ServerClock.class)
                .and()
                .areNotAssignableTo(Leadership.class)
                .should()
                .callMethod(Clock.class, "systemUTC")
                .orShould()
                .callMethod(Instant.class, "now")
                .check(CLASSES);
    }

    @Test
    void purePackagesReadNoClockAndNoEnvironment() {
        noClasses()
                .that()
                .resideInAnyPackage(PURE)
                .should()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(LocalDateTime.class, "now")
                .orShould()
                .callMethod(ZonedDateTime.class, "now")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "getenv")
                .orShould()
                .callMethod(System.class, "getenv", String.class)
                .orShould()
                .callMethod(System.class, "getProperty", String.class)
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(Clock.class)
                .check(CLASSES);
    }

    /**
     * Maps each package to the packages that it can use. The root package has the name "". A new package needs an
     * entry.
     */
    private static final Map<String, Set<String>> ALLOWED = Map.ofEntries(
            Map.entry("view", Set.of()),
            Map.entry("schedule.cron", Set.of()),
            Map.entry("schedule", Set.of("schedule.cron")),
            Map.entry("config", Set.of()),
            Map.entry("resources", Set.of("config", "schedule")),
            Map.entry("run", Set.of("config", "resources")),
            Map.entry("status", Set.of("run", "schedule")),
            Map.entry("preflight", Set.of("config", "resources", "run", "status")),
            Map.entry("suspension", Set.of("resources", "run", "schedule", "status")),
            Map.entry(
                    "controller",
                    Set.of("config", "preflight", "resources", "run", "schedule", "status", "suspension", "watch")),
            Map.entry("watch", Set.of("resources", "suspension")),
            Map.entry("metrics", Set.of("config", "resources", "run", "schedule", "status", "view")),
            Map.entry("webhook", Set.of("config", "run", "status", "view")),
            Map.entry("control", Set.of("config", "http", "resources", "status", "suspension", "view")),
            Map.entry("http", Set.of("config", "metrics", "view")),
            Map.entry("console", Set.of("config", "control", "http", "view")),
            Map.entry("commands", Set.of("config")),
            Map.entry(
                    "",
                    Set.of(
                            "commands",
                            "config",
                            "console",
                            "control",
                            "controller",
                            "http",
                            "metrics",
                            "resources",
                            "status",
                            "view",
                            "watch",
                            "webhook")));

    @Test
    void eachPackageUsesOnlyItsAllowedPackages() {
        Set<String> violations = CLASSES.stream()
                .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
                .filter(use -> use.getTargetClass().getPackageName().startsWith(ROOT))
                .filter(use -> !shortName(use.getOriginClass()).equals(shortName(use.getTargetClass())))
                .filter(use -> !ALLOWED.getOrDefault(shortName(use.getOriginClass()), Set.of())
                        .contains(shortName(use.getTargetClass())))
                .map(use -> use.getOriginClass().getName() + " -> "
                        + use.getTargetClass().getName())
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(Set.of(), violations);
    }

    @Test
    void eachPackageIsListed() {
        assertEquals(
                Set.of(),
                CLASSES.stream()
                        .map(ArchitectureTest::shortName)
                        .filter(name -> !ALLOWED.containsKey(name))
                        .collect(Collectors.toSet()));
    }

    @Test
    void allowedUsesHaveNoCycle() {
        Set<String> left = new TreeSet<>(ALLOWED.keySet());
        while (left.removeIf(name -> ALLOWED.get(name).stream().noneMatch(left::contains))) {
            // Each pass removes the packages that use no remaining package. The packages of a cycle remain.
        }
        assertEquals(Set.of(), left);
    }

    private static String shortName(JavaClass type) {
        String name = type.getPackageName();
        return name.equals(ROOT) ? "" : name.substring(ROOT.length() + 1);
    }

    @Test
    void operatorDoesNotDependOnTheRunner() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.crmventas.tasks.runner..")
                .check(CLASSES);
    }

    @Test
    void onlySomePackagesUseTheKubernetesClient() {
        noClasses()
                .that()
                .resideOutsideOfPackages(
                        ROOT, ROOT + ".controller", ROOT + ".watch", ROOT + ".control", ROOT + ".commands")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.fabric8.kubernetes.client..", "io.javaoperatorsdk..")
                .check(CLASSES);
    }
}
