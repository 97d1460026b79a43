/** Who may pause and run tasks over HTTP, and doing it: by annotations and one ConfigMap, so any replica may. */
package io.crmventas.tasks.operator.control;
