/** What stops a task beside its spec: people, for one or all, and the task itself after too many failures; pure. */
package io.crmventas.tasks.operator.suspension;
