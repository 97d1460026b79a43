/** Task {@code cleanup}: deletes what nobody needs any more. */
@NullMarked
package io.crmventas.tasks.runner.task.cleanup;

import org.jspecify.annotations.NullMarked;
