@NullMarked
package io.crmventas.tasks.runner.task.model;

import org.jspecify.annotations.NullMarked;
