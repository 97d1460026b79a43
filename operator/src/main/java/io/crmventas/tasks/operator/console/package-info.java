/** The console: a page under /console of the control port. It shows each viewer the tasks that Kubernetes lets the viewer read. */
package io.crmventas.tasks.operator.console;
