"""Longer texts of the demo."""

# Merge fields: billing.merging.
AGREEMENT = """CONTRATO DE PRESTACIÓN DE SERVICIOS que celebran [[tenant_name]] («el Prestador») y [[company_name]], \
representada por [[contact_name]] («el Cliente»), conforme a las siguientes cláusulas.

PRIMERA. Objeto. El Prestador llevará a cabo los servicios descritos en la cotización que da origen a este contrato, \
con personal propio y bajo su responsabilidad.

SEGUNDA. Vigencia. Del [[start_date]] al [[end_date]]. Podrá renovarse por escrito antes de su término.

TERCERA. Contraprestación. El Cliente pagará [[value]] [[currency]], impuestos incluidos, contra la factura \
correspondiente y dentro de los 30 días siguientes a su emisión.

CUARTA. Confidencialidad. Las partes guardarán reserva de la información que conozcan con motivo de este contrato, \
durante su vigencia y los dos años posteriores.

QUINTA. Datos personales. Su tratamiento se sujetará a la Ley Federal de Protección de Datos Personales en Posesión \
de los Particulares y al aviso de privacidad de cada parte.

SEXTA. Terminación. Cualquiera de las partes podrá darlo por terminado con aviso por escrito de 30 días naturales; \
se pagará lo devengado hasta entonces.

SÉPTIMA. Jurisdicción. Para su interpretación y cumplimiento, las partes se someten a los tribunales de Monterrey, \
Nuevo León."""
