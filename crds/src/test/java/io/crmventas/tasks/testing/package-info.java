@NullMarked
package io.crmventas.tasks.testing;

import org.jspecify.annotations.NullMarked;
