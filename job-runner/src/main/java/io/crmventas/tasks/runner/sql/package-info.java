@NullMarked
package io.crmventas.tasks.runner.sql;

import org.jspecify.annotations.NullMarked;
