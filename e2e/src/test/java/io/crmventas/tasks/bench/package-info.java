/** How the operator keeps up with thousands of tasks, beside a small operator in Go; e2e/bench/scale runs it. */
package io.crmventas.tasks.bench;
