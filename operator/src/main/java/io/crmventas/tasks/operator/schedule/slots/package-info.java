/** Slots over time: what a CronJob counts them from, and what became of each; pure. */
package io.crmventas.tasks.operator.schedule.slots;
