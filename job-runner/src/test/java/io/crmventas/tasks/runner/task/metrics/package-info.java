@NullMarked
package io.crmventas.tasks.runner.task.metrics;

import org.jspecify.annotations.NullMarked;
