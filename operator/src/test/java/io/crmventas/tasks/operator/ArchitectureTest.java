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
        ROOT + ".schedule..", ROOT + ".desired..", ROOT + ".observed..", ROOT + ".status..", ROOT + ".pause.."
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
                        ROOT + ".schedule..",
                        ROOT + ".desired..",
                        ROOT + ".observed..",
                        ROOT + ".status..",
                        ROOT + ".pause..",
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
                "pause",
                "desired",
                "observed",
                "status",
                "reconciler",
                "view",
                "metrics",
                "control",
                "http",
                "notify");
        free("desired", "pause", "observed", "status", "reconciler", "view", "metrics", "control", "http", "notify");
        free("observed", "pause", "schedule", "status", "reconciler", "view", "metrics", "control", "http", "notify");
        free("status", "pause", "desired", "reconciler", "view", "metrics", "control", "http", "notify");
        free("pause", "reconciler", "control", "http", "notify");
        free("reconciler", "view", "metrics", "control", "http", "notify");
        free("view", "schedule", "desired", "observed", "status", "metrics", "control", "http", "notify");
        free("metrics", "observed", "control", "http", "notify");
        free("notify", "schedule", "desired", "reconciler", "view", "metrics", "control", "http");
        free("control", "schedule", "observed", "status", "reconciler", "view", "metrics", "http", "notify");
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
                .resideOutsideOfPackages(ROOT, ROOT + ".reconciler", ROOT + ".control", ROOT + ".commands")
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
