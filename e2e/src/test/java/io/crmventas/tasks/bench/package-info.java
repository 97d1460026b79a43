/** How the operator keeps up with thousands of tasks, beside a small operator in Go; e2e/bench/scale runs it. */
@NullMarked
package io.crmventas.tasks.bench;

import org.jspecify.annotations.NullMarked;
