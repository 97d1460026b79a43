@NullMarked
package io.crmventas.tasks.runner.publish;

import org.jspecify.annotations.NullMarked;
