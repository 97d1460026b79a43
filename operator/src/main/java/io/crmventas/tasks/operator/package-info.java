@NullMarked
package io.crmventas.tasks.operator;

import org.jspecify.annotations.NullMarked;
