/** Compares the operator with thousands of tasks with a small operator in Go; e2e/bench/scale runs it. */
package io.crmventas.tasks.bench;
