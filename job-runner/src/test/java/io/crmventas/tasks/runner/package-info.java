@NullMarked
package io.crmventas.tasks.runner;

import org.jspecify.annotations.NullMarked;
