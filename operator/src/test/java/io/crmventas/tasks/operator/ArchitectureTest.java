package io.crmventas.tasks.operator;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZonedDateTime;
import org.junit.jupiter.api.Test;

/** The arrows between the rooms. */
class ArchitectureTest {
    private static final String ROOT = "io.crmventas.tasks.operator";
    private static final String[] PURE = {
        ROOT + ".schedule..", ROOT + ".resources..", ROOT + ".run..", ROOT + ".status..", ROOT + ".suspension.."
    };

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(ROOT);

    @Test
    void pureRoomsKnowOnlyPlainThings() {
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

    @Test
    void pureRoomsHaveNoClockAndNoEnvironment() {
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

    @Test
    void arrowsPointOneWay() {
        free(
                "schedule",
                "suspension",
                "resources",
                "run",
                "status",
                "controller",
                "view",
                "metrics",
                "control",
                "http",
                "webhook");
        free("resources", "suspension", "run", "status", "controller", "view", "metrics", "control", "http", "webhook");
        free("run", "suspension", "schedule", "status", "controller", "view", "metrics", "control", "http", "webhook");
        free("status", "suspension", "resources", "controller", "view", "metrics", "control", "http", "webhook");
        free("console", "schedule", "suspension", "run", "status", "controller", "metrics", "webhook");
        noClasses()
                .that()
                .resideOutsideOfPackages(ROOT, ROOT + ".console")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(ROOT + ".console")
                .check(CLASSES);
        free("suspension", "controller", "control", "http", "webhook");
        free("controller", "view", "metrics", "control", "http", "webhook");
        free("view", "schedule", "resources", "run", "status", "metrics", "control", "http", "webhook");
        free("metrics", "run", "control", "http", "webhook");
        free(
                "config",
                "schedule",
                "suspension",
                "resources",
                "run",
                "status",
                "controller",
                "metrics",
                "control",
                "http",
                "webhook");
        free("webhook", "config", "schedule", "resources", "controller", "view", "metrics", "control", "http");
        free("control", "schedule", "run", "status", "controller", "view", "metrics", "http", "webhook");
    }

    @Test
    void operatorNeverSeesTheRunner() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.crmventas.tasks.runner..")
                .check(CLASSES);
    }

    @Test
    void onlyTheEdgesSpeakToKubernetes() {
        noClasses()
                .that()
                .resideOutsideOfPackages(ROOT, ROOT + ".controller", ROOT + ".control", ROOT + ".commands")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.fabric8.kubernetes.client..", "io.javaoperatorsdk..")
                .check(CLASSES);
    }

    private static void free(String room, String... others) {
        for (String other : others) {
            noClasses()
                    .that()
                    .resideInAPackage(ROOT + "." + room + "..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage(ROOT + "." + other + "..")
                    .check(CLASSES);
        }
    }
}
