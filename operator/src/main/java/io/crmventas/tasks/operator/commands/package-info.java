/** What the chart's Jobs and tests let the operator's image do instead of operating. */
package io.crmventas.tasks.operator.commands;
