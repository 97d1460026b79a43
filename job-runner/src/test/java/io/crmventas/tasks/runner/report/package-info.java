@NullMarked
package io.crmventas.tasks.runner.report;

import org.jspecify.annotations.NullMarked;
