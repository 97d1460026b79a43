@NullMarked
package io.crmventas.tasks.e2e;

import org.jspecify.annotations.NullMarked;
