@NullMarked
package io.crmventas.tasks.operator.commands;

import org.jspecify.annotations.NullMarked;
