/** Tests of the stand-in: what it promises to the modules that lean on it. */
package io.crmventas.tasks.demo;
