/** Tests of the stand-in: what it promises to the modules that lean on it. */
@NullMarked
package io.crmventas.tasks.demo;

import org.jspecify.annotations.NullMarked;
