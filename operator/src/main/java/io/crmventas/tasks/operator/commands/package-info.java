/** What the chart's Jobs and tests let the operator's image do instead of operating. */
@NullMarked
package io.crmventas.tasks.operator.commands;

import org.jspecify.annotations.NullMarked;
