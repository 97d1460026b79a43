@NullMarked
package io.crmventas.tasks.operator.status;

import org.jspecify.annotations.NullMarked;
