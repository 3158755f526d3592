import { Module } from '@nestjs/common';
import { BuildingQueries } from './building-queries.js';
import { EquipmentQueries } from './equipment-queries.js';
import { FloorDrawings } from './floor-drawings.js';
import { FloorDrawingsController } from './floor-drawings-controller.js';
import { ImportApplier } from './import/import-applier.js';
import { ImportQueries } from './import/import-queries.js';
import { ImportService } from './import/import-service.js';
import { ImportsController } from './imports-controller.js';
import { SiteQueries } from './site-queries.js';
import { SiteRegistry } from './site-registry.js';
import { SitesController } from './sites-controller.js';
import { ZoneSearch } from './zone-search.js';

/** Sites, buildings, floors, rooms, zones and equipment, and the import that makes them. */
@Module({
  controllers: [SitesController, ImportsController, FloorDrawingsController],
  providers: [BuildingQueries, SiteQueries, SiteRegistry, EquipmentQueries, ZoneSearch, ImportQueries, ImportService, ImportApplier, FloorDrawings],
  exports: [BuildingQueries],
})
export class BuildingModule {}
