/** Task {@code notification-checks}: tells sellers and CEOs what waits for them. */
@NullMarked
package io.crmventas.tasks.runner.task.notifications;

import org.jspecify.annotations.NullMarked;
