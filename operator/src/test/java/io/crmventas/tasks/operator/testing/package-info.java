@NullMarked
package io.crmventas.tasks.operator.testing;

import org.jspecify.annotations.NullMarked;
