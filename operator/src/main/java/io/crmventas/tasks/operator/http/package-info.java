@NullMarked
package io.crmventas.tasks.operator.http;

import org.jspecify.annotations.NullMarked;
