@NullMarked
package io.crmventas.tasks.runner.settings;

import org.jspecify.annotations.NullMarked;
