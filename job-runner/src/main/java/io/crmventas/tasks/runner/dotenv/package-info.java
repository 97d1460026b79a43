/** From the replaced scheduler's {@code .env} to the values of the Helm chart. */
@NullMarked
package io.crmventas.tasks.runner.dotenv;

import org.jspecify.annotations.NullMarked;
