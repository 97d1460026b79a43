@NullMarked
package io.crmventas.tasks.operator.view;

import org.jspecify.annotations.NullMarked;
