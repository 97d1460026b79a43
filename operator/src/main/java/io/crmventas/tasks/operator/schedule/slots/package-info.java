/** Slots over time: what a CronJob counts them from, and what became of each; pure. */
@NullMarked
package io.crmventas.tasks.operator.schedule.slots;

import org.jspecify.annotations.NullMarked;
