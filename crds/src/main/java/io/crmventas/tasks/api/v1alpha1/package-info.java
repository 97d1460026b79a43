@NullMarked
package io.crmventas.tasks.api.v1alpha1;

import org.jspecify.annotations.NullMarked;
