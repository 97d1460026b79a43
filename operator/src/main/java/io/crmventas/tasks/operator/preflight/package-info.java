/** Whether a task may be scheduled yet: its preflight Jobs and what follows from their results; pure. */
package io.crmventas.tasks.operator.preflight;
