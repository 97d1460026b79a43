@NullMarked
package io.crmventas.tasks.runner.task.reports;

import org.jspecify.annotations.NullMarked;
