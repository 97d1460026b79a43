/** Tests of the demo CRM, on which other modules depend. */
package io.crmventas.tasks.demo;
