package io.crmventas.tasks.runner;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleName;
import static com.tngtech.archunit.lang.conditions.ArchPredicates.are;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.crmventas.tasks.runner.sql.Sql;
import org.junit.jupiter.api.Test;

/** The dependencies between the packages, and which package may use which library. */
class ArchitectureTest {
    private static final String ROOT = "io.crmventas.tasks.runner";

    private static final JavaClasses RUNNER = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(ROOT);

    @Test
    void packagesDependInOneDirection() {
        layeredArchitecture()
                .consideringOnlyDependenciesInAnyPackage(ROOT + "..")
                .layer("root")
                .definedBy(ROOT)
                .layer("run")
                .definedBy(ROOT + ".run..")
                .layer("check")
                .definedBy(ROOT + ".check..")
                .layer("publish")
                .definedBy(ROOT + ".publish..")
                .layer("connection")
                .definedBy(ROOT + ".connection..")
                .layer("task")
                .definedBy(ROOT + ".task..")
                .layer("sql")
                .definedBy(ROOT + ".sql..")
                .layer("settings")
                .definedBy(ROOT + ".settings..")
                .layer("report")
                .definedBy(ROOT + ".report..")
                .whereLayer("root")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("run")
                .mayOnlyBeAccessedByLayers("root")
                .whereLayer("check")
                .mayOnlyBeAccessedByLayers("root", "run")
                .whereLayer("publish")
                .mayOnlyBeAccessedByLayers("root", "run")
                .whereLayer("connection")
                .mayOnlyBeAccessedByLayers("root", "run", "check")
                .whereLayer("task")
                .mayOnlyBeAccessedByLayers("root", "run", "publish", "check")
                .whereLayer("sql")
                .mayOnlyBeAccessedByLayers("root", "run", "check", "task")
                .whereLayer("settings")
                .mayOnlyBeAccessedByLayers("root", "connection", "publish", "check", "task")
                .whereLayer("report")
                .mayOnlyBeAccessedByLayers("root", "run", "check", "connection", "publish", "settings")
                .check(RUNNER);
    }

    @Test
    void onlyOnePackageUsesEachLibrary() {
        noClasses()
                .that()
                .doNotHaveSimpleName("RedisPipeline")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("redis.clients..")
                .check(RUNNER);
        noClasses()
                .that()
                .resideOutsideOfPackages(ROOT + ".connection..", ROOT + ".run..", ROOT + ".sql..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.postgresql..")
                .check(RUNNER);
    }

    /** Every statement is a file, so that a person can read it as a whole and run it in psql. */
    @Test
    void onlyFilesHoldStatements() {
        noClasses()
                .that()
                .doNotHaveSimpleName("SqlFile")
                .should()
                .callMethod(Sql.class, "of", String.class)
                .check(RUNNER);
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + ".sql..")
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.sql.Statement")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.sql.PreparedStatement")
                .check(RUNNER);
    }

    /** A task depends only on the run's now and on the database, so that a repeated run gives the same rows. */
    @Test
    void tasksUseOnlyTheDatabase() {
        noClasses()
                .that()
                .resideInAnyPackage(ROOT + ".task..", ROOT + ".sql..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "java.nio.file..", "java.net..", "java.util.logging..", "org.slf4j..", "java.util.concurrent..")
                .orShould()
                .dependOnClassesThat(are(simpleName("Clock").or(simpleName("RandomGenerator"))))
                .orShould()
                .callMethod(java.time.Instant.class, "now")
                .orShould()
                .callMethod(System.class, "getenv")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .check(RUNNER);
    }

    @Test
    void onlyTheRootReadsTheEnvironmentAndEndsTheProcess() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT)
                .should()
                .callMethod(System.class, "getenv")
                .orShould()
                .callMethod(System.class, "exit", int.class)
                .orShould()
                .callMethod(Runtime.class, "halt", int.class)
                .check(RUNNER);
    }

    @Test
    void runnerUsesNoKubernetesClasses() {
        noClasses()
                .should()
                .dependOnClassesThat(
                        are(resideInAPackage("io.fabric8..")).or(resideInAPackage("io.crmventas.tasks.api..")))
                .check(RUNNER);
    }
}
