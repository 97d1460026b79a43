@NullMarked
package io.crmventas.tasks.contract;

import org.jspecify.annotations.NullMarked;
