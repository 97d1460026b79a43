@NullMarked
package io.crmventas.tasks.runner.task;

import org.jspecify.annotations.NullMarked;
