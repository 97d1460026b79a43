@NullMarked
package io.crmventas.tasks.operator.observed;

import org.jspecify.annotations.NullMarked;
