@NullMarked
package io.crmventas.tasks.runner.trace;

import org.jspecify.annotations.NullMarked;
