@NullMarked
package io.crmventas.tasks.operator.metrics;

import org.jspecify.annotations.NullMarked;
