@NullMarked
package io.crmventas.tasks.runner.task.cleanup;

import org.jspecify.annotations.NullMarked;
