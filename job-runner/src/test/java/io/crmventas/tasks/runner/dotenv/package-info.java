@NullMarked
package io.crmventas.tasks.runner.dotenv;

import org.jspecify.annotations.NullMarked;
