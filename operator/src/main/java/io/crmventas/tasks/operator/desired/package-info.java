@NullMarked
package io.crmventas.tasks.operator.desired;

import org.jspecify.annotations.NullMarked;
