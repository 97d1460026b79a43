@NullMarked
package io.crmventas.tasks.runner.check;

import org.jspecify.annotations.NullMarked;
