@NullMarked
package io.crmventas.tasks.operator.reconciler;

import org.jspecify.annotations.NullMarked;
