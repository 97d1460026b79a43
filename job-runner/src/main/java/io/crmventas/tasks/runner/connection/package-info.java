@NullMarked
package io.crmventas.tasks.runner.connection;

import org.jspecify.annotations.NullMarked;
