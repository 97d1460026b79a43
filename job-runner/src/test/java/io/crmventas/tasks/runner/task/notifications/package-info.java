@NullMarked
package io.crmventas.tasks.runner.task.notifications;

import org.jspecify.annotations.NullMarked;
