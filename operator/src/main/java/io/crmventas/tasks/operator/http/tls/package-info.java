@NullMarked
package io.crmventas.tasks.operator.http.tls;

import org.jspecify.annotations.NullMarked;
