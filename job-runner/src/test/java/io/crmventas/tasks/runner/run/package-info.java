@NullMarked
package io.crmventas.tasks.runner.run;

import org.jspecify.annotations.NullMarked;
